using System.Security.Cryptography;

namespace Gantry.Workloads.Native;

/// <summary>Secrets made of random bytes.</summary>
public static class RandomText
{
    private const string KernelSource = "/dev/urandom";

    /// <summary>So many bytes that nobody can foresee, in hexadecimal.</summary>
    /// <remarks>On Linux from the kernel itself (random(4)): the framework's generator would load OpenSSL into a daemon that lives long.</remarks>
    public static string Hex(int bytes)
    {
        var random = new byte[bytes];
        if (OperatingSystem.IsLinux())
        {
            using var kernel = new FileStream(KernelSource, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            kernel.ReadExactly(random);
        }
        else
        {
            RandomNumberGenerator.Fill(random);
        }

        return Convert.ToHexStringLower(random);
    }
}
