using UdaSeg.Fuzz;

namespace UdaSeg.Bench.Storm;

/// <summary>One to three changes of a good request: of its path, query, headers or body.</summary>
/// <param name="seed">Request i of a seed is always the same.</param>
/// <param name="good">What is changed; bodies are crossed with those of others.</param>
internal sealed class StormMutations(int seed, IReadOnlyList<StormRequest> good)
{
    private static readonly string[] s_values =
    [
        "..", "%2e%2e%2f", "..%5c", "%00", "%0d%0aX: 1", "%ff%fe", "-1", "0", "1e9", "NaN", "18446744073709551616", "null", "true", "{}", "[]", "'%22", "%F0%9F%9A%97", "a".PadRight(3000, 'a'),
        "00000000-0000-0000-0000-000000000000", "default", "cityscapes19", "%", "%zz", "a,b", "*", "$(id)",
    ];

    private static readonly string[] s_names =
        ["limit", "cursor", "since", "checkpoint", "encoding", "include", "format", "scheme", "beta", "fourierBeta", "preset", "options", "classes", "bins", "percent", "maxThreshold", "api-version"];

    private static readonly string[] s_types =
        ["", "text/plain", "application/json; charset=utf-16", "application/json; charset=bogus", "multipart/form-data", "multipart/form-data; boundary=", "image/png", "application/x-www-form-urlencoded", "é", "*/*", ";;;"];

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW"];

    private static readonly string[] s_accepts = ["", "*/*", "image/png", "application/json;q=0", "text/html", "a/b/c", "image/png;q=2", new string('x', 2000)];

    public StormRequest Create(int index)
    {
        var random = new Random(HashCode.Combine(seed, index));
        StormRequest request = good[random.Next(good.Count)];
        if (random.Next(20) == 0) return request;
        for (int i = random.Next(1, 4); i > 0; i--) request = Change(request, random);
        return request;
    }

    private StormRequest Change(StormRequest request, Random random) => random.Next(request.Body.Length > 0 ? 18 : 9) switch
    {
        0 => request with { Path = ReplaceSegment(request.Path, random) },
        1 when random.Next(3) == 0 => request with { Path = request.Path + (random.Next(2) == 0 ? "/" : "/" + Pick(s_values, random)) },
        1 or 2 or 3 or 7 or 8 => request with { Query = Join(request.Query, Pick(s_names, random) + "=" + Pick(s_values, random)) },
        4 => request with { ContentType = Pick(s_types, random) },
        5 => request with { Accept = Pick(s_accepts, random) },
        6 when random.Next(3) == 0 => request with { Method = Pick(s_methods, random) },
        6 or 9 => request with { Body = good[random.Next(good.Count)].Body },
        _ => request with { Body = new Mutator(random).Change(request.Body, [.. good.Where(g => g.Body.Length is > 0 and < 5000).Select(g => g.Body)]) },
    };

    private static string ReplaceSegment(string path, Random random)
    {
        string[] segments = path.Split('/');
        segments[random.Next(1, segments.Length)] = Pick(s_values, random);
        return string.Join('/', segments);
    }

    private static string Join(string query, string more) => query.Length == 0 ? more : query + "&" + more;

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
