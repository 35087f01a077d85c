using Microsoft.AspNetCore.Http;

namespace Segmentation.Doors.Contract;

/// <summary>
/// A protocol of another tool, translated to this system's own: its routes lie below a path of their own, and exist only
/// where the operator has opened the door (<see cref="DoorOptions.Enabled"/>).
/// </summary>
public interface IDoor
{
    /// <summary>Its name in the path, for example <c>cvat</c> of <c>/doors/cvat</c>.</summary>
    string Name { get; }

    /// <summary>Its routes, below <c>/doors/NAME</c>.</summary>
    IReadOnlyList<DoorRoute> Routes { get; }

    /// <summary>Ways besides this system's own by which its clients bring an API key.</summary>
    DoorCredentials Credentials { get; }

    /// <summary>Answers with an error, in the form in which the tool shows errors to its user.</summary>
    /// <param name="problem">What is wrong, where, and what to do.</param>
    /// <param name="httpStatus">The HTTP status that goes with the problem.</param>
    IResult Refuse(RpcStatus problem, int httpStatus);
}
