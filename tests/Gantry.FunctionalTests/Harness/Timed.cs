using Xunit;

namespace Gantry.FunctionalTests.Harness;

/// <summary>Tests that hold the product to a time, or that load the machine: one after the other, when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Timed
{
    public const string Name = "timed";
}
