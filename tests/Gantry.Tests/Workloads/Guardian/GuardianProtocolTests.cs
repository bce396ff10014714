using FsCheck;
using FsCheck.Fluent;
using Gantry.Workloads;
using Gantry.Workloads.Guardian;
using Gantry.Workloads.Guardian.Wire;
using Gantry.Workloads.Logs;
using Xunit;

namespace Gantry.Tests.Workloads.Guardian;

public sealed class GuardianProtocolTests
{
    [Fact]
    public void An_order_to_start_arrives_as_it_was_sent()
    {
        var sent = Start();
        var received = Assert.IsType<StartOrder>(GuardianOrder.Read(sent.ToBytes().Span));
        Assert.Equal(sent.Environment, received.Environment);
        Assert.Equal(sent.Arguments, received.Arguments);
        Assert.Equal(sent, received with { Environment = sent.Environment, Arguments = sent.Arguments });
    }

    [Fact]
    public void An_order_to_execute_arrives_as_it_was_sent()
    {
        var sent = new ExecOrder
        {
            Id = 1,
            Key = "w/s/0",
            Path = "/bin/sh",
            Arguments = ["sh", ""],
            Environment = new Dictionary<string, string> { ["EMPTY"] = "", ["EQUALS"] = "a=b=" },
            WorkingDirectory = "/",
            User = new RunAs(uint.MaxValue, 0, Named: true),
            Terminal = true,
            Rows = 1,
            Columns = 65535,
            OpenFiles = 99,
        };
        var received = Assert.IsType<ExecOrder>(GuardianOrder.Read(sent.ToBytes().Span));
        Assert.Equal(sent.Environment, received.Environment);
        Assert.Equal(sent.Arguments, received.Arguments);
        Assert.Equal(sent, received with { Environment = sent.Environment, Arguments = sent.Arguments });
    }

    [Fact]
    public void Every_other_order_arrives_as_it_was_sent()
    {
        GuardianOrder[] orders =
        [
            new HelloOrder(7) { Id = 1 },
            new StopOrder("w/s/0", 15, TimeSpan.FromSeconds(0.1)) { Id = long.MaxValue },
            new ForgetOrder("w/s/0") { Id = 3 },
            new ListOrder { Id = 4 },
            new RemarkOrder("w/s/0", "a remark\nof two lines, ünï") { Id = 5 },
            new RemarkOrder("w/s/0", "ready") { Id = 6, Said = "[ünï] ready" },
        ];
        Assert.All(orders, order => Assert.Equal(order, GuardianOrder.Read(order.ToBytes().Span)));
    }

    [Fact]
    public void Every_answer_arrives_as_it_was_sent()
    {
        var at = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        GuardianMessage[] messages =
        [
            new HelloReply(2, 99, new HostLimits("no memory", null, "no pids")) { Id = 1 },
            new StartReply(4_194_304, ulong.MaxValue, at) { Id = 2 },
            new DoneReply { Id = 3 },
            new ErrorReply("already-running", "it runs") { Id = 4 },
            new ExitedEvent("w/s/0", new ExitStatus(-1, "SIGKILL", OutOfMemory: true, Lost: true)),
            new NotifiedEvent("w/s/0"),
        ];
        Assert.All(messages, message => Assert.Equal(message, GuardianMessage.Read(message.ToBytes().Span)));

        GuardedState[] states =
        [
            new("w/s/0", Lifetime.Daemon, 5, 6, at, null, Alone: false, Notified: true, "tag"),
            new("w/s/1", Lifetime.Workspace, 7, 8, at, new ExitStatus(3), Alone: true, Notified: false, "") { Said = "[Rr]eady" },
        ];
        var list = Assert.IsType<ListReply>(GuardianMessage.Read(new ListReply([.. states]) { Id = 5 }.ToBytes().Span));
        Assert.Equal(states, list.Processes);
    }

    [Fact]
    public void Fields_of_a_newer_version_are_passed_over()
    {
        var fields = new FieldWriter();
        fields.Number(GuardianProtocol.Kind, 4);
        fields.Text(3, "w/s/0");
        fields.Number(100, -1);
        fields.Real(101, 0.5);
        fields.Message(102, inner => inner.Text(1, "later"));
        Assert.Equal(new ForgetOrder("w/s/0"), GuardianOrder.Read(fields.Written.Span));
    }

    [Fact]
    public void A_message_of_a_newer_version_is_passed_over()
    {
        var fields = new FieldWriter();
        fields.Number(GuardianProtocol.Kind, 1000);
        Assert.Null(GuardianMessage.Read(fields.Written.Span));
    }

    [Fact]
    public void An_order_of_a_newer_version_is_no_broken_connection()
    {
        var fields = new FieldWriter();
        fields.Number(GuardianProtocol.Kind, 1000);
        fields.Number(GuardianProtocol.Id, 12);
        Assert.Equal(12, Assert.IsType<UnknownOrder>(GuardianOrder.Read(fields.Written.Span)).Id);
    }

    [Fact]
    public void A_user_without_a_number_is_refused_and_does_not_become_root()
    {
        var fields = new FieldWriter();
        fields.Message(9, inner => inner.Flag(3, true));
        Assert.Throws<InvalidDataException>(() => RunAs.Read(new Fields(fields.Written.Span).Message(9)));
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused_and_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), IsReadOrRefused).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_cut_anywhere_is_refused_and_nothing_else()
    {
        var whole = Start().ToBytes();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.True(IsReadOrRefused(whole[..length].ToArray()));
        }
    }

    private static bool IsReadOrRefused(byte[] bytes)
    {
        try
        {
            _ = GuardianOrder.Read(bytes);
        }
        catch (InvalidDataException)
        {
            // What the reader of a connection expects.
        }

        return true;
    }

    private static StartOrder Start() => new()
    {
        Id = 12,
        Key = "0123456789ab/web/0",
        Lifetime = Lifetime.Daemon,
        Path = "/usr/bin/env",
        Arguments = ["env", "", "-a", "ünï"],
        Environment = new Dictionary<string, string> { ["PATH"] = "/bin", ["EMPTY"] = "", ["A"] = "=b=" },
        WorkingDirectory = "/tmp",
        User = new RunAs(65534, 65534, Named: false),
        Limits = new Limits { Memory = 1L << 40, Cpus = 0.25, Pids = 10, OpenFiles = 20 },
        LogFolder = "/logs",
        LogRotation = new LogRotation(123, 4),
        StopSignal = 2,
        StopGrace = TimeSpan.FromMinutes(1),
        NotifySocket = "/notify",
        Tag = "{}",
    };
}
