using System.Globalization;

namespace Gantry.FunctionalTests.Harness;

/// <summary>Signals by name, sent as a person sends them: .NET itself knows SIGKILL only.</summary>
internal static class Signal
{
    /// <param name="name"><c>TERM</c>, <c>STOP</c>, <c>CONT</c>, …</param>
    public static Task SendAsync(string name, int pid, CancellationToken ct) =>
        new Command("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name, pid.ToString(CultureInfo.InvariantCulture)).RunAsync(ct);
}
