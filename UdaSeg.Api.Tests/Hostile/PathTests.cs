using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>Paths in the place of ids and names, in every parameter of every operation. Files that nobody registered lie beside those that somebody did.</summary>
public sealed class PathTests : IDisposable
{
    private const string Secret = "canary-7c1e";

    private static readonly string[] s_values =
    [
        "..", ".", "../canary", "../canary.png", "../../canary", "../../../../../../canary", "../../etc/passwd", "..%2fcanary", "%2e%2e%2fcanary", "%252e%252e%252fcanary",
        "..\\canary", "..%5ccanary", "/etc/passwd", "//etc/passwd", "/{root}/canary", "{root}/canary.png", "file:///etc/passwd", "C:\\windows\\win.ini", "\\\\host\\share", "a\0b", "%00", "canary.png%00.png",
        "a\nb", "~", "~root", "$HOME", "`id`", "'; drop table Datasets; --", "{0}", "{{7*7}}", "con", "nul", "*", "?", "\u202Ea", "\uD83D\uDE97", "e\u0301", "-1", "0", "18446744073709551616", "1e9", "NaN",
        "Default", "default/../default",
    ];

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task No_parameter_leads_out_of_what_was_registered_and_none_breaks_the_service()
    {
        string root = Directory.CreateDirectory(_host.Root).FullName;
        string images = Directory.CreateDirectory(Path.Combine(root, "set", "images")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(images, "a.png"), ResourceHost.Png(), TestContext.Current.CancellationToken);
        foreach (string folder in (string[])["..", ".", "set"])
        {
            foreach (string name in (string[])["canary", "canary.png", "canary.json"]) File.WriteAllText(Path.Combine(root, folder, name), Secret);
        }

        _host.PublishDefault();
        using var body = new StringContent("""{"name":"Set","domain":"target","path":"set"}""", Encoding.UTF8, "application/json");
        string set = (await _host.ValidatedAsync(await (await _host.SendAsync(HttpMethod.Post, "/api/v1/datasets", body)).JsonAsync())).Id().ToString();
        List<string> faults = [];
        int sent = 0;
        foreach ((string method, string path, JsonElement operation) in await OperationsAsync())
        {
            foreach ((string name, string place) in Parameters(operation))
            {
                foreach (string value in s_values.Append(new string('x', 5000)))
                {
                    sent++;
                    string hostile = value.Replace("{root}", root, StringComparison.Ordinal);
                    (int status, string answer) = await SendAsync(method, path, name, place, hostile, set);
                    if (status >= 500 || answer.Contains(Secret, StringComparison.Ordinal) || answer.Contains("root:x:0", StringComparison.Ordinal))
                    {
                        faults.Add($"{method} {path} {name}='{value}': {status} {answer[..Math.Min(200, answer.Length)]}");
                    }
                }
            }
        }

        Assert.Empty(faults);
        Assert.True(sent > 1500, $"{sent}");
    }

    private static IEnumerable<(string Name, string Place)> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out JsonElement parameters)
            ? parameters.EnumerateArray().Select(p => (p.Text("name")!, p.Text("in")!)).Where(p => p.Item2 is "path" or "query")
            : [];

    private async Task<(string Method, string Path, JsonElement Operation)[]> OperationsAsync()
    {
        JsonElement document = await (await _host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json")).JsonAsync();
        return
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => (o.Name.ToUpperInvariant(), p.Name, o.Value))),
        ];
    }

    // Past the client, which would tidy a path up before it is sent. The other parameters are good ones.
    private async Task<(int Status, string Answer)> SendAsync(string method, string path, string name, string place, string value, string set)
    {
        string filled = place == "path" ? path.Replace($"{{{name}}}", value, StringComparison.Ordinal) : path;
        filled = filled.Replace("{id}", set, StringComparison.Ordinal).Replace("{stage}", "0", StringComparison.Ordinal).Replace("{name}", "a", StringComparison.Ordinal)
            .Replace("{sample}", "a", StringComparison.Ordinal).Replace("{checkpoint}", "default", StringComparison.Ordinal);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        HttpContext context = await _host.Server.SendAsync(
            c =>
            {
                c.Request.Method = method;
                c.Request.Path = new PathString(filled);
                c.Request.Host = new HostString("localhost");
                if (place == "query") c.Request.QueryString = QueryString.Create(name, value);
                if (method is "GET" or "HEAD") return;
                c.Request.ContentType = "application/json";
                c.Request.Body = new MemoryStream("{}"u8.ToArray());
                c.Request.ContentLength = 2;
            },
            timeout.Token);
        using var reader = new StreamReader(context.Response.Body, Encoding.Latin1);
        return (context.Response.StatusCode, await reader.ReadToEndAsync(timeout.Token));
    }
}
