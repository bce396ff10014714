using System.Text;
using Gantry.Workloads.Native;

namespace Gantry.Workloads.Drivers;

/// <summary>
/// Finds the file that a command's first word names, as execvp(3) would, so that what is wrong with it can be said
/// before it is started: afterwards there is only an exit status of 127.
/// </summary>
internal static class ProgramFile
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The longest first line that the kernel reads for an interpreter (BINPRM_BUF_SIZE).</summary>
    private const int ShebangBytes = 256;

    /// <exception cref="WorkloadException">There is no such program, or it cannot be executed.</exception>
    public static string Find(string command, string workingDirectory, string? path)
    {
        if (!Directory.Exists(workingDirectory))
        {
            throw File.Exists(workingDirectory)
                ? Problem("workdir-missing", $"{workingDirectory} is a file, and workdir is a folder", "change workdir")
                : Problem("workdir-missing", $"the folder {workingDirectory} does not exist", "create it, or change workdir");
        }

        if (command.Contains('/'))
        {
            return Check(command, Path.GetFullPath(command, workingDirectory));
        }

        string? refused = null;
        foreach (var folder in (path ?? DefaultPath).Split(':'))
        {
            var file = Path.GetFullPath(Path.Combine(folder.Length == 0 ? "." : folder, command), workingDirectory);
            if (File.Exists(file))
            {
                if (IsExecutable(file))
                {
                    return Check(command, file);
                }

                refused ??= file;
            }
        }

        if (refused is not null)
        {
            throw NotExecutable(refused);
        }

        var local = Path.GetFullPath(command, workingDirectory);
        throw Problem(
            "command-not-found",
            $"{command}: no such program in PATH",
            File.Exists(local) ? $"did you mean ./{command}?" : $"install {command}, correct its name, or write its path");
    }

    private static string Check(string command, string file)
    {
        if (Directory.Exists(file))
        {
            throw Problem("command-not-executable", command == file ? $"{command} is a folder" : $"{command} is a folder ({file})", "name a program");
        }

        if (!File.Exists(file))
        {
            throw Problem("command-not-found", $"{command}: no such file ({file})", "correct the path; it is relative to workdir");
        }

        if (!IsExecutable(file))
        {
            throw NotExecutable(file);
        }

        if (InterpreterOf(file) is { } interpreter && !File.Exists(interpreter))
        {
            throw Problem("interpreter-not-found", $"{file} begins with #!{interpreter}, and there is no such program", $"install {Path.GetFileName(interpreter)}, or correct the first line");
        }

        return file;
    }

    private static bool IsExecutable(string file) => Libc.Access(file, Libc.X_OK) == 0;

    /// <summary>The program that a script's first line names; null where it has no such line.</summary>
    private static string? InterpreterOf(string file)
    {
        Span<byte> head = stackalloc byte[ShebangBytes];
        try
        {
            using var handle = File.OpenHandle(file);
            head = head[..RandomAccess.Read(handle, head, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Executable and yet not readable is allowed; then the kernel has the last word.
            return null;
        }

        if (!head.StartsWith("#!"u8))
        {
            return null;
        }

        var end = head.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(end < 0 ? head[2..] : head[2..end]).Trim();
        return line.Split(' ', '\t')[0] is { Length: > 0 } name && name[0] == '/' ? name : null;
    }

    private static WorkloadException NotExecutable(string file) =>
        Problem("command-not-executable", $"{file} is not executable", $"chmod +x {file}");

    private static WorkloadException Problem(string code, string message, string remedy) => new(new Fault(code, message, remedy) { IsLasting = true });
}
