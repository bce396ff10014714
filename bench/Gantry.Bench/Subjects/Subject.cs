namespace Gantry.Bench.Subjects;

/// <summary>What this program is when a supervisor runs it.</summary>
internal static class Subject
{
    public static async Task<int> RunAsync(string[] words)
    {
        switch (words)
        {
            case ["nothing"]:
                return 0;
            case ["listen", var record, var delay]:
                return await Listen.RunAsync(record, delay);
            case ["web"]:
                return await Web.RunAsync();
            case ["spam", var records, var bytes]:
                return Spam.Run(records, bytes);
            default:
                await Console.Error.WriteLineAsync("subject: nothing | listen FILE MILLISECONDS | web | spam FOLDER BYTES");
                return 2;
        }
    }
}
