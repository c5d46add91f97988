namespace UdaSeg.Api.Errors;

/// <summary>None of the media types that the client accepts can be produced (406).</summary>
internal sealed class NotAcceptableException(IReadOnlyList<string> offered) : Exception($"This operation answers {string.Join(", ", offered)}.");
