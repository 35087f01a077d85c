using System.Net;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Telemetry;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Notes refusals because of a credential, and bounds how many wrong ones an address may send.</summary>
internal sealed class AccessRefusals(WrongCredentials wrong, AuditLog audit, GatewayMetrics metrics)
{
    /// <summary>
    /// Notes that a credential was not accepted. An address that has sent too many wrong credentials is told so; its
    /// further ones are counted, and not written to the audit log one by one.
    /// </summary>
    /// <param name="address">Where the credential came from.</param>
    /// <param name="target">What it was sent for.</param>
    /// <param name="problem">Why it was not accepted.</param>
    /// <param name="isGuess">
    /// Whether the credential may have been guessed: there was one that anybody can make up.
    /// </param>
    /// <returns>The answer to the caller.</returns>
    public RpcStatus Note(IPAddress address, string target, RpcStatus problem, bool isGuess = true)
    {
        if (isGuess && problem.Code == (int)StatusCode.Unauthenticated)
        {
            if (wrong.Wait(address) is { } wait)
            {
                problem = AccessProblems.TooManyWrong(wait);
                metrics.CallerRefused(problem);
                return problem;
            }

            wrong.Add(address);
        }

        audit.Write(address, AuditLog.Refusal, target, problem);
        metrics.CallerRefused(problem);
        return problem;
    }

    /// <summary>Notes that a known caller may not do what it asked for.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="target">What it asked for.</param>
    /// <param name="problem">Why it may not.</param>
    /// <returns>The same problem.</returns>
    public RpcStatus Note(Caller caller, string target, RpcStatus problem)
    {
        audit.Write(caller, AuditLog.Refusal, target, problem);
        metrics.CallerRefused(problem);
        return problem;
    }
}
