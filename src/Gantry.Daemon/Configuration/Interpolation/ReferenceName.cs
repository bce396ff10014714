namespace Gantry.Daemon.Configuration.Interpolation;

/// <summary>The name inside <c>${…}</c>: a variable, or words joined by dots.</summary>
internal static class ReferenceName
{
    public static ReferencePart? Read(string name, SourcePlace place, DiagnosticList diagnostics)
    {
        if (IsVariable(name))
        {
            return new VariableReference(name, null, null, place);
        }

        var path = name.Split('.');
        if (path.Length > 1 && path.All(IsWord))
        {
            return new DottedReference([.. path], place);
        }

        diagnostics.Error(
            place,
            name.Length == 0 ? "${} names nothing" : $"{Found.Quote(name)} is not a name that ${{…}} can refer to",
            "the forms are ${NAME}, ${NAME:-default} and ${NAME:?message}; for a literal ${ write $${");
        return null;
    }

    /// <summary>What POSIX calls a name (Base Definitions 3.231): letters, digits and underscores, no digit in front.</summary>
    public static bool IsVariable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsWord(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
