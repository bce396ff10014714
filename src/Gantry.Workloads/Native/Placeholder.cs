namespace Gantry.Workloads.Native;

/// <summary>Signals by name.</summary>
public static class Signals;

/// <summary>Paths with links resolved.</summary>
public static class CanonicalPath;
