namespace Gantry.Workloads;

public static class Reconciler;

public static class Readiness;

public static class Lifecycle;

public static class SpecHash;

public sealed class WorkloadManager;
