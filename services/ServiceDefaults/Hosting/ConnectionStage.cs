using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>A stage that the connections of all ports pass before anything is read from them.</summary>
/// <param name="Handle">Handles a connection, or hands it to the next stage.</param>
public sealed record ConnectionStage(Func<ConnectionContext, ConnectionDelegate, Task> Handle);
