namespace Gantry.Workloads;

/// <summary>
/// What a workload may be called. The name becomes a DNS label at the edge, a folder of logs and a network alias, so it
/// is what RFC 1123 allows in a label, with <c>_</c> besides.
/// </summary>
public static class WorkloadName
{
    public const int MaxLength = 63;

    public const string Rule = "1 to 63 letters, digits, '-' or '_', beginning with a letter or digit";

    /// <summary>The same as a regular expression of ECMA-262, for editors.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
