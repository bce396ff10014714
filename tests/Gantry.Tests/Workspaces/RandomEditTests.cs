using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Gantry.Daemon.Workspaces.Configuration;
using Gantry.Tests.Workloads;
using Gantry.Workloads;
using Xunit;

namespace Gantry.Tests.Workspaces;

public sealed class RandomEditTests : IDisposable
{
    private const int Edits = 200;

    /// <summary>Any seed as likely as any other: FsCheck's own numbers are small and come again.</summary>
    private static readonly Arbitrary<int> Seeds = Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary();

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-edits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_hundred_random_edits_restart_exactly_what_changed()
    {
        var restarts = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Edits),
            Prop.ForAll(Seeds, seed =>
            {
                var random = new Random(seed);
                var before = Enumerable.Range(0, random.Next(12)).Aggregate(WorkspaceModel.Small(), (model, _) => model.Edit(random));
                var after = Enumerable.Range(0, random.Next(1, 4)).Aggregate(before, (model, _) => model.Edit(random));
                var expected = Expect(before, after);
                restarts += expected.Count(line => line.StartsWith("Replace", StringComparison.Ordinal));
                var plan = Reconciler.Plan(Load(after, random), Specs.Running([.. Load(before, random)]));
                var actual = plan.Steps.Select(step => $"{step.Action} {step.Workload}{(step.Replica is { } replica ? $"/{replica}" : "")}").ToHashSet();
                return expected.SetEquals(actual).Label($"expected {string.Join(", ", expected)}\nbut was {string.Join(", ", actual)}\n{before.Write(new Random(0))}\n=====>\n{after.Write(new Random(0))}");
            }));
        Assert.True(restarts > Edits / 4, $"only {restarts} restarts: the edits test too little");
    }

    [Fact]
    public void The_same_workspace_written_differently_changes_nothing() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(50),
            Prop.ForAll(Seeds, seed =>
            {
                var random = new Random(seed);
                var model = Enumerable.Range(0, 5).Aggregate(WorkspaceModel.Small(), (model, _) => model.Edit(random));
                return Reconciler.Plan(Load(model, random), Specs.Running([.. Load(model, random)])).Steps.IsEmpty;
            }));

    private static HashSet<string> Expect(WorkspaceModel before, WorkspaceModel after)
    {
        var expected = new HashSet<string>();
        foreach (var gone in before.Services.Where(service => after.Services.All(other => other.Name != service.Name)))
        {
            expected.Add($"Remove {gone.Name}");
        }

        foreach (var service in after.Services)
        {
            if (before.Services.FirstOrDefault(other => other.Name == service.Name) is not { } was)
            {
                expected.Add($"Start {service.Name}");
                continue;
            }

            var replaced = before.RunOf(was) != after.RunOf(service);
            if (replaced)
            {
                expected.Add($"Replace {service.Name}");
            }
            else if (before.RulesOf(was) != after.RulesOf(service))
            {
                expected.Add($"Update {service.Name}");
            }

            for (var index = Math.Min(was.Replicas, service.Replicas); index < Math.Max(was.Replicas, service.Replicas); index++)
            {
                expected.Add($"{(index < service.Replicas ? "Start" : "Remove")} {service.Name}/{index}");
            }
        }

        return expected;
    }

    private ImmutableArray<WorkloadSpec> Load(WorkspaceModel model, Random style)
    {
        File.WriteAllText(Path.Combine(_folder, "gantry.toml"), model.Write(style));
        var options = new LoadOptions { HomeId = "test", Environment = ImmutableDictionary<string, string>.Empty };
        var loaded = WorkspaceLoader.LoadAsync(_folder, options, CancellationToken.None).GetAwaiter().GetResult();
        Assert.False(loaded.HasErrors, string.Join('\n', loaded.Diagnostics));
        return loaded.Workspace!.Workloads;
    }
}
