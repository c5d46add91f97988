namespace UdaSeg.Demo;

/// <summary>Why the demo cannot go on, in a sentence for whoever started it.</summary>
internal sealed class DemoFailure(string message, Exception? inner = null) : Exception(message, inner);
