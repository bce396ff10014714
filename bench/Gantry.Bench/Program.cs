using System.Runtime.InteropServices;
using Gantry.Bench;
using Gantry.Bench.Measuring;
using Gantry.Bench.Reports;
using Gantry.Bench.Scenarios;
using Gantry.Bench.Subjects;

// What the supervisors run in the measurements is this same program.
if (args is ["subject", .. var subject])
{
    return await Subject.RunAsync(subject);
}

Options options;
try
{
    options = Options.Parse(args);
}
catch (UsageException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

await using var bench = Workbench.Create(options);
var report = new Report(Machine.Describe(), options.Line, options.Quick);
foreach (var scenario in Scenario.All.Where(scenario => options.Wants(scenario.Name)))
{
    report = report.With(await bench.MeasureAsync(scenario, interrupted.Token));
    if (interrupted.IsCancellationRequested)
    {
        break;
    }
}

Console.Write(options.Json ? ReportJson.Of(report) : ReportText.Of(report));
return report.Failures.IsEmpty ? 0 : 1;

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
