namespace TuneGraph.Dashboard;

/// <summary>Whom the page lets in.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Token">What a visitor must know; null for nothing.</param>
/// <param name="ReaderToken">What a visitor must know to look and not steer; null for no such visitors.</param>
/// <param name="SignIn">Signs people in by a provider; null for none.</param>
internal sealed record GateRules(Uri Address, string? Token, string? ReaderToken = null, SignIn? SignIn = null);
