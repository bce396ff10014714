using Xunit;

namespace Gantry.Tests.Conventions;

public sealed class BannedCallTests
{
    /// <summary>Places that may, each with its reason. One that no longer does is a failure, so that the list stays true.</summary>
    private static readonly (string Path, string Call, string Reason)[] Exceptions =
    [
        ("tests/Gantry.Tests/Workspaces/RandomEditTests.cs", "blocking on a task", "FsCheck runs a property synchronously, on a thread with nothing else to do"),
    ];

    [Fact]
    public void No_file_makes_a_banned_call()
    {
        var faults = new List<string>();
        var unused = Exceptions.ToList();
        foreach (var file in Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("bench", ".cs")))
        {
            var code = CodeText.Of(file.Text);
            foreach (var banned in BannedCall.All.Where(call => call.AppliesTo(file.Path)))
            {
                var places = banned.Offsets(code).Select(file.LineOf).ToList();
                if (places.Count > 0 && unused.RemoveAll(e => e.Path == file.Path && e.Call == banned.Name) == 0)
                {
                    faults.AddRange(places.Select(line => $"{file}:{line}: {banned.Name}; {banned.Instead}"));
                }
            }
        }

        Faults.None(faults);
        Assert.True(unused.Count == 0, "no longer needed: " + string.Join(", ", unused));
    }

    [Theory]
    [InlineData("var x = task.Result;", "blocking on a task")]
    [InlineData("var x = task.Result.Name;", "blocking on a task")]
    [InlineData("task.GetAwaiter().GetResult();", "blocking on a task")]
    [InlineData("task.Wait();", "blocking on a task")]
    [InlineData("Console.WriteLine($\"{task.Result}\");", "blocking on a task")]
    [InlineData("Thread.Sleep(10);", "Thread.Sleep")]
    [InlineData("await Task.Delay(100);", "a delay without TimeProvider")]
    [InlineData("await Task.Delay(Wait(a, time), ct);", "a delay without TimeProvider")]
    [InlineData("using var timer = new PeriodicTimer(period);", "a delay without TimeProvider")]
    [InlineData("var now = DateTime.UtcNow;", "the wall clock")]
    [InlineData("var now = DateTimeOffset.Now;", "the wall clock")]
    [InlineData("private async void Run() { }", "async void")]
    [InlineData("    #region Fields", "#region")]
    [InlineData("Console.Error.WriteLine(1);", "Console")]
    [InlineData("System.Console.Write(1);", "Console")]
    [InlineData("using var p = Process.Start(info);", "System.Diagnostics.Process")]
    [InlineData("var p = new Process { };", "System.Diagnostics.Process")]
    public void A_banned_call_is_seen(string source, string call) => Assert.Contains(call, Seen(source));

    [Theory]
    [InlineData("// task.Wait() would block here")]
    [InlineData("/// <see cref=\"Task.Result\"/> and DateTime.UtcNow")]
    [InlineData("var text = \"Thread.Sleep(1); task.Wait()\";")]
    [InlineData("var text = @\"a \"\" task.Wait()\";")]
    [InlineData("var text = \"\"\"\n  #region \"\n  task.Wait()\n  \"\"\";")]
    [InlineData("return problem.Result();")]
    [InlineData("await Task.Delay(wait, time, ct);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), _services.Time, ct);")]
    [InlineData("await Task.Delay(wait, TimeProvider.System, ct);")]
    [InlineData("await signal.WaitAsync(ct);")]
    [InlineData("using Spectre.Console;\nAnsiConsole.Write(x); Spectre.Console.Markup.Escape(x);")]
    [InlineData("var key = ending.Process.Key; GuardedProcess.Start();")]
    public void What_only_looks_like_one_is_not(string source) => Assert.Empty(Seen(source));

    [Theory]
    [InlineData("a = 'x'; b", "a =    ; b")]
    [InlineData("a(\"\\\"b\", c)", "a(     , c)")]
    [InlineData("a($\"b{c}d\")", "a(    c   )")]
    [InlineData("a($\"{{b}}{c:F2}\")", "a(        c:F2  )")]
    [InlineData("a /* b */ c // d", "a         c     ")]
    [InlineData("a(@\"\"\"b\"\"\", c)", "a(        , c)")]
    [InlineData("a($$\"\"\"{b}{{c}}\"\"\")", "a(          c     )")]
    [InlineData("a($\"{b(\"}\")}\", c)", "a(   b(   )  , c)")]
    public void Only_code_is_left_of_a_text(string source, string code) => Assert.Equal(code, CodeText.Of(source));

    private static IEnumerable<string> Seen(string source)
    {
        var code = CodeText.Of(source);
        return BannedCall.All.Where(call => call.Offsets(code).Any()).Select(call => call.Name);
    }
}
