namespace Gantry.FunctionalTests.Harness;

/// <summary>The published <c>gantry</c>, run as a user of one home runs it.</summary>
internal sealed class GantryCli(GantryHome home)
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="folder">Where it is run; the temporary folder by default, where no workspace is.</param>
    public async Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct, string? folder = null, TimeSpan? patience = null)
    {
        var command = new Command(await Programs.GantryAsync(), [.. arguments])
        {
            Environment = home.Environment,
            WorkingDirectory = folder ?? Path.GetTempPath(),
            Patience = patience ?? TimeSpan.FromSeconds(60),
        };
        return await command.RunAsync(ct);
    }
}
