using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace UdaSeg.Api.Tests.Faults;

/// <summary>
/// Two network namespaces, each with one link to this machine and none to the other. Where the tests may not make any, both hosts are this machine.
/// </summary>
internal sealed class TwoHosts : IDisposable
{
    private readonly string[] _names;
    private readonly List<TcpForward> _forwards = [];
    private readonly int _net = Random.Shared.Next(1, 250);

    public TwoHosts()
    {
        _names = [$"udaseg-{Environment.ProcessId}-a", $"udaseg-{Environment.ProcessId}-b"];
        IsReal = _names.Select((name, i) => Make(name, i)).ToArray().All(made => made);
    }

    /// <summary>Whether the namespaces could be made.</summary>
    public bool IsReal { get; }

    /// <summary>Words that start a program on a host.</summary>
    public IReadOnlyList<string> On(int host) => IsReal ? ["ip", "netns", "exec", _names[host]] : [];

    /// <returns>The address under which a host reaches a server on this machine's loopback, at the same port.</returns>
    public string Reach(int host, int port)
    {
        if (!IsReal) return "127.0.0.1";
        string address = Gateway(host);
        _forwards.Add(new TcpForward(IPAddress.Parse(address), port));
        return address;
    }

    public void Dispose()
    {
        foreach (TcpForward forward in _forwards) forward.Dispose();
        foreach (string name in _names) Run("netns", "delete", name);
    }

    private string Gateway(int host) => $"10.231.{_net}.{(host * 4) + 1}";

    private bool Make(string name, int host)
    {
        string outside = $"uda{Environment.ProcessId % 100000}{(host == 0 ? 'a' : 'b')}", inside = outside + "i";
        return Run("netns", "add", name)
            && Run("link", "add", outside, "type", "veth", "peer", "name", inside)
            && Run("link", "set", inside, "netns", name)
            && Run("addr", "add", Gateway(host) + "/30", "dev", outside)
            && Run("link", "set", outside, "up")
            && Run("-n", name, "addr", "add", $"10.231.{_net}.{(host * 4) + 2}/30", "dev", inside)
            && Run("-n", name, "link", "set", inside, "up")
            && Run("-n", name, "link", "set", "lo", "up")
            && Run("netns", "exec", name, "true");
    }

    private static bool Run(params string[] arguments)
    {
        try
        {
            using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            ip.WaitForExit();
            return ip.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>Passes connections to an address on to the same port of the loopback.</summary>
internal sealed class TcpForward : IDisposable
{
    private readonly TcpListener _listener;
    private readonly int _port;

    public TcpForward(IPAddress address, int port)
    {
        (_port, _listener) = (port, new TcpListener(address, port));
        _listener.Start();
        _ = AcceptAsync();
    }

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // the end
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception broken) when (broken is SocketException or IOException)
            {
                // either end may go
            }
        }
    }
}
