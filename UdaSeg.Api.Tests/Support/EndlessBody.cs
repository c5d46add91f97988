using System.Net;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A body whose end never comes: a server that waits for it waits in vain.</summary>
internal sealed class EndlessBody : HttpContent
{
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(1)); // a test that fails must not hang

    public EndlessBody(string type = "image/png") => Headers.TryAddWithoutValidation("Content-Type", type);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[1000]);
        await stream.FlushAsync();
        await Task.Delay(Timeout.Infinite, _end.Token);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel();
        base.Dispose(disposing);
    }
}
