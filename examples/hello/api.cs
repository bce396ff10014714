#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
#:property UseSharedCompilation=false

// Gantry says where to listen, and gantry.toml where the quotes are.
var port = Environment.GetEnvironmentVariable("PORT") ?? "5002";
var quotes = Environment.GetEnvironmentVariable("QUOTES_URL") ?? "http://127.0.0.1:5001";

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
using var http = new HttpClient { BaseAddress = new Uri(quotes) };

app.MapGet("/health", () => "healthy");
app.MapGet("/api/hello", async (CancellationToken ct) =>
{
    var quote = await http.GetStringAsync("/quote", ct);
    Console.WriteLine($"passing on: {quote}");
    return new { message = "Hello from Gantry", quote, process = Environment.ProcessId };
});

Console.WriteLine($"api: listening on port {port} as process {Environment.ProcessId}, quotes from {quotes}");
app.Run($"http://127.0.0.1:{port}");
