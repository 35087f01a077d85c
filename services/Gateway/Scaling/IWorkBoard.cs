namespace Segmentation.Gateway.Scaling;

/// <summary>Shares between gateways the work that each has for encoders.</summary>
internal interface IWorkBoard
{
    /// <summary>Shows this gateway's work to the others, until the next call, or for 15 seconds.</summary>
    /// <param name="own">This gateway's work, and what it measured.</param>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task ShowAsync(WorkReport own);

    /// <summary>
    /// Reads the sum of the other gateways' work, and the times that any gateway measured, also long ago.
    /// </summary>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task<WorkReport> ReadOthersAsync();

    /// <summary>Removes this gateway's work.</summary>
    /// <exception cref="WorkBoardException">The board is away.</exception>
    Task LeaveAsync();
}

/// <summary>The board is away.</summary>
internal sealed class WorkBoardException(string message, Exception inner) : Exception(message, inner);
