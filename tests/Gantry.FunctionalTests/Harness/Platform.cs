using System.Runtime.Versioning;

// These tests read /proc, send signals and run shell scripts.
[assembly: SupportedOSPlatform("linux")]
