using Gantry.Workloads.Guardian.Wire;

namespace Gantry.Workloads.Guardian;

/// <summary>
/// Frames on the guardian's Unix socket, each a length (4 bytes, little endian) and as many bytes of a message. The daemon
/// sends orders, the guardian sends one reply to each, by its id, and events in between. A connection whose order is an
/// <see cref="ExecOrder"/> carries <see cref="ExecFrames"/> from its reply on.
/// <para>
/// A guardian outlives the daemon that started it, so a newer daemon meets an older guardian. What is added to a message is
/// a field that may be missing; the version changes only where the meaning of what was there changes.
/// </para>
/// </summary>
internal static class GuardianProtocol
{
    public const int Version = 2;

    /// <summary>The code of the error that answers what would start something, from a guardian that was told to leave. There will be another.</summary>
    public const string LeavingCode = "guardian-leaving";

    /// <summary>The longest frame that either side takes, in bytes; whatever the kernel starts is shorter (execve(2): 6 MiB of arguments and environment).</summary>
    public const int MaxFrame = 8 << 20;

    /// <summary>The fields of every message; its own begin at <see cref="First"/>.</summary>
    public const int Kind = 1;

    public const int Id = 2;

    public const int First = 3;

    public static void WriteEnvironment(FieldWriter fields, int field, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            fields.Text(field, $"{name}={value}");
        }
    }

    /// <summary>Takes apart entries of the form <c>name=value</c>, as execve(2) has them.</summary>
    public static Dictionary<string, string> ReadEnvironment(Fields fields, int field)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in fields.Texts(field))
        {
            var end = entry.IndexOf('=');
            environment[end < 0 ? entry : entry[..end]] = end < 0 ? "" : entry[(end + 1)..];
        }

        return environment;
    }
}
