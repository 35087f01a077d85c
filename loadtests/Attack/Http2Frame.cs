namespace Segmentation.LoadTests.Attack;

/// <summary>Types of HTTP/2 frames (RFC 9113, section 6).</summary>
internal enum Http2Frame : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}
