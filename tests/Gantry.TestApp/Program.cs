using Gantry.TestApp;
using Gantry.TestApp.Http;
using Gantry.TestApp.Output;
using Gantry.TestApp.Processes;
using Gantry.TestApp.Resources;
using Gantry.TestApp.Signals;

// The service under test: every verb behaves, or misbehaves, in one way that the tests want to see handled.
// Without a handler of the verb's own, SIGTERM and SIGINT end it as they end any program. 64 and 74 are those of
// sysexits.h for wrong usage and for input and output that failed.
try
{
    var arguments = Arguments.Parse(args);
    return arguments.Verb switch
    {
        "serve" => await Serve.RunAsync(arguments),
        "call" => await Call.RunAsync(arguments),
        "ignore-sigterm" => await IgnoreSigterm.RunAsync(arguments),
        "graceful" => await Graceful.RunAsync(arguments),
        "spam" => await Spam.RunAsync(arguments),
        "longline" => await LongLine.RunAsync(arguments),
        "log-lines" => await LogLines.RunAsync(arguments),
        "fork-bomb" => await ForkBomb.RunAsync(arguments),
        "double-fork" => await DoubleFork.RunAsync(arguments),
        "hold" => await Hold.RunAsync(arguments),
        "exit" => await Exit.RunAsync(arguments),
        "crash-loop" => await CrashLoop.RunAsync(arguments),
        "notify" => await Notify.RunAsync(arguments),
        "memory" => await Memory.RunAsync(arguments),
        "stdin-eof" => await StdinEof.RunAsync(arguments),
        _ => throw new UsageException($"unknown verb \"{arguments.Verb}\""),
    };
}
catch (UsageException e)
{
    await Console.Error.WriteLineAsync($"testapp: {e.Message}");
    return 64;
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync($"testapp: {e.Message}");
    return 74;
}
