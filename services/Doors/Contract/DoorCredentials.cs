namespace Segmentation.Doors.Contract;

/// <summary>
/// Ways besides this system's own headers by which the clients of a door bring an API key or a token. Metadata of the
/// door's routes.
/// </summary>
/// <param name="Basic">True where the password of <c>Authorization: Basic</c> is one; the user's name is ignored.</param>
/// <param name="Query">Name of a query parameter; null for none.</param>
/// <param name="Header">Name of a header; null for none.</param>
public sealed record DoorCredentials(bool Basic = false, string? Query = null, string? Header = null);
