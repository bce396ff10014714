using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// The API's description, <c>/openapi/v1.json</c>, and the page that shows it, <c>/docs</c>. Both are made when somebody
/// first asks: most daemons never show them, and what they need would be five megabytes of every one.
/// </summary>
internal static class Documentation
{
    private const string Page = "docs";
    private const string Version = "v1";
    private const string KeyScheme = "key";
    private const string Description = $"/openapi/{Version}.json";

    /// <summary>Maps both; the description tells of all that the builder has, then or later.</summary>
    /// <param name="endpoints">What is described.</param>
    /// <param name="daemon">The services that the endpoints' handlers ask for.</param>
    public static void Map(IEndpointRouteBuilder endpoints, IServiceCollection daemon)
    {
        var document = new Lazy<DescriptionSource>(() => new DescriptionSource(endpoints, daemon));
        endpoints.MapGet(Description, context => document.Value.WriteAsync(context)).ExcludeFromDescription();

        var page = new Lazy<RequestDelegate>(() => BuildPage(endpoints.CreateApplicationBuilder()));
        endpoints.MapGet($"/{Page}/{{**rest}}", context => page.Value(context)).ExcludeFromDescription();
    }

    private static RequestDelegate BuildPage(IApplicationBuilder branch)
    {
        // The page's files are served only where no endpoint has been chosen: the one that brought us here is done with.
        branch.Use((context, next) =>
        {
            context.SetEndpoint(null);
            return next(context);
        });
        branch.UseSwaggerUI(page =>
        {
            page.RoutePrefix = Page;
            page.SwaggerEndpoint(Description, "Gantry");
        });
        return branch.Build();
    }

    /// <summary>A copy of the daemon's services, which tell a handler's services from its body, with those that describe endpoints.</summary>
    private sealed class DescriptionSource(IEndpointRouteBuilder endpoints, IServiceCollection daemon)
    {
        private readonly IOpenApiDocumentProvider _document = new ServiceCollection { daemon }
            .RemoveAll<IServer>()
            .AddSingleton<EndpointDataSource>(new CompositeEndpointDataSource(endpoints.DataSources))
            .AddOpenApi(Version, Describe)
            .BuildServiceProvider()
            .GetRequiredKeyedService<IOpenApiDocumentProvider>(Version);

        private static void Describe(OpenApiOptions options)
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Gantry";
                document.Info.Version = BuildVersion.Current;
                AddKey(document);
                return Task.CompletedTask;
            });

            // Lists in a query are described as a body, too; a GET has none (RFC 9110, 9.3.1).
            options.AddOperationTransformer((operation, context, _) =>
            {
                operation.RequestBody = context.Description.HttpMethod == HttpMethods.Get ? null : operation.RequestBody;
                operation.OperationId ??= NameOf(context.Description.HttpMethod, context.Description.RelativePath);
                operation.Security = context.Description.RelativePath?.StartsWith("health/", StringComparison.Ordinal) == true ? [] : operation.Security;
                AddProblem(operation, context);
                return Task.CompletedTask;
            });
        }

        /// <summary>By TCP the key is wanted; the socket asks for none.</summary>
        private static void AddKey(OpenApiDocument document)
        {
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The content of $GANTRY_HOME/api.key. The socket in the home asks for none.",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
        }

        /// <summary>Every refusal is a problem document (RFC 9457).</summary>
        private static void AddProblem(OpenApiOperation operation, OpenApiOperationTransformerContext context)
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("default", new OpenApiResponse
            {
                Description = "What went wrong, and what to do next",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), context.Document) },
                },
            });
        }

        /// <summary>A name for generators of clients: <c>post_workspaces_workspace_start</c>.</summary>
        private static string NameOf(string? method, string? path) =>
            string.Join('_', (path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "api").Select(part => part.Trim('{', '}')).Prepend((method ?? "any").ToLowerInvariant()));

        public async Task WriteAsync(HttpContext context)
        {
            var document = await _document.GetOpenApiDocumentAsync(context.RequestAborted);
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, context.RequestAborted), context.RequestAborted);
        }
    }
}
