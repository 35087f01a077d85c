namespace Segmentation.LoadTests.Attack;

/// <summary>Connections that hold memory or budgets without ever finishing, and frames that are none.</summary>
internal static class ConnectionAttacks
{
    private const int ImageBytes = 64 * 1024 * 1024;
    private const string Chunked = "Transfer-Encoding: chunked";
    private static readonly string _announced = $"Content-Length: {ImageBytes}";

    /// <summary>All of them.</summary>
    public static IEnumerable<IAttack> Of(AttackSize size)
    {
        yield return new UnfinishedCalls(size.Of(48, 16), ImageBytes);
        yield return new UnfinishedWebSockets(size.Of(32, 12), 60_000_000);
        var slow = size.Of(400, 200);
        yield return new HeldConnections(
            "slow-bodies",
            $"{slow} connections that send a request at 600 bytes a second",
            slow,
            HeldConnections.Request("v1/segment", _announced).Replace("octet-stream", "json", StringComparison.Ordinal))
        {
            BytesOfASecond = 600,
        };
        yield return new HeldConnections(
            "uploads-announced",
            "14 uploads at 600 bytes a second that announce 64 MB",
            14,
            HeldConnections.Request("v1/images", _announced))
        { BytesOfASecond = 600 };
        var small = size.Of(2134, 600);
        yield return new HeldConnections(
            "uploads-one-byte",
            $"{small:N0} uploads that stop after their first byte",
            small,
            HeldConnections.Request("v1/images", Chunked) + "1\r\nx\r\n");
        var idle = size.Of(4000, 1000);
        yield return new HeldConnections(
            "connections-idle", $"{idle:N0} connections of one address that say nothing", idle, "");
        yield return new HeldConnections(
            "headers-unfinished",
            $"{slow} connections whose headers do not end",
            slow,
            "POST /v1/segment HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        { BytesOfASecond = 40 };
        yield return Http2Flood.RapidReset();
        yield return Http2Flood.Continuation();
        yield return Http2Flood.Settings();
        yield return Http2Flood.Pings();
        yield return Http2Flood.HugeHeaders();
        yield return Http2Flood.Noise();
    }
}
