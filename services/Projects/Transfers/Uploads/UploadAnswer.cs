namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>Answer to the request that creates an upload.</summary>
/// <param name="Id">Id of the upload.</param>
/// <param name="Offset">Bytes that have arrived: 0, or more where the same id was created before.</param>
/// <param name="SizeBytes">Size of the file in bytes.</param>
/// <param name="ExpireTime">Time at which the upload is deleted unless more of it arrives.</param>
internal sealed record UploadAnswer(string Id, long Offset, long SizeBytes, DateTimeOffset ExpireTime);
