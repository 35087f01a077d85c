namespace Segmentation.Gateway.Scaling;

/// <summary>Where gateways show each other the work that waits for encoders.</summary>
internal interface IWorkBoard
{
    /// <summary>Shows what this gateway has, until it shows something else or was not heard of for a while.</summary>
    /// <param name="own">This gateway's work, and what it measured.</param>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task ShowAsync(WorkReport own);

    /// <summary>Reads what the other gateways have, added up, and what was measured by anybody, also long ago.</summary>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task<WorkReport> ReadOthersAsync();

    /// <summary>Takes back what this gateway showed.</summary>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task LeaveAsync();
}

/// <summary>The board is away.</summary>
internal sealed class WorkBoardException(string message, Exception inner) : Exception(message, inner);
