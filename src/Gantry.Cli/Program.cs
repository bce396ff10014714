using Gantry.Cli;
using Gantry.Cli.Status;
using Gantry.Workloads.Guardian;

// The guardian and `status` come first and by hand: the one must stay small for as long as it lives, the other is to
// answer before anything else is even loaded.
if (args is ["guardian", .. var guardian])
{
    return GuardianProcess.Run(guardian);
}

if (FastStatus.Parse(args) is { } call && FastStatus.Run(call) is { } code)
{
    return code;
}

return await CommandLine.RunAsync(args);
