using Microsoft.AspNetCore.Http;
using Segmentation.Identity;

namespace Segmentation.Doors.Contract;

/// <summary>One route of a door.</summary>
/// <param name="Method">HTTP method, for example <c>POST</c>.</param>
/// <param name="Pattern">
/// Pattern behind the door's path, with a leading slash, for example <c>/predict</c>, or what else a tool puts behind it.
/// </param>
/// <param name="Scope">Scope that a caller needs; <see cref="Scope.None"/>: any caller who is let in.</param>
/// <param name="AnswerAsync">
/// Answers a request. An exception of <see cref="DoorProblem"/>, or of the model, becomes the door's form of an error.
/// </param>
public sealed record DoorRoute(string Method, string Pattern, Scope Scope, Func<DoorCall, Task<IResult>> AnswerAsync);
