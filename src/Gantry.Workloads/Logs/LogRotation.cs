namespace Gantry.Workloads.Logs;

/// <summary>How large a log may grow: a segment's bytes, and how many segments are kept.</summary>
public sealed record LogRotation(long SegmentBytes, int Segments)
{
    public static readonly LogRotation Default = new(10 << 20, 5);
}
