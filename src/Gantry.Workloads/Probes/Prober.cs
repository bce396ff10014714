namespace Gantry.Workloads.Probes;

public sealed class Prober;
