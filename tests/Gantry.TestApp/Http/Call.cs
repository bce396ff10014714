using System.Globalization;

namespace Gantry.TestApp.Http;

/// <summary>
/// <c>call URL… [--every 1s]</c>: asks each address, prints "URL STATUS BODY", and ends with 0 where all answered with
/// success; with <c>--every</c> it goes on asking.
/// </summary>
internal static class Call
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        using var http = new HttpClient { Timeout = Patience };
        while (true)
        {
            var failures = 0;
            foreach (var url in arguments.Operands)
            {
                failures += await AskAsync(http, url) ? 0 : 1;
            }

            if (arguments.Duration("--every") is not { } every)
            {
                return failures == 0 ? 0 : 1;
            }

            await Pause.ForAsync(every);
        }
    }

    private static async Task<bool> AskAsync(HttpClient http, string url)
    {
        try
        {
            using var response = await http.GetAsync(url);
            var body = await response.Content.ReadAsStringAsync();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{url} {(int)response.StatusCode} {body.TrimEnd()}"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} failed: {e.Message}");
            return false;
        }
    }
}
