namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>Body of the request that creates an upload.</summary>
/// <param name="Id">Id made by the client, a UUID: sent twice, one upload is created. Null: the server makes one.</param>
/// <param name="Name">Name of the file.</param>
/// <param name="SizeBytes">Size of the file in bytes.</param>
internal sealed record NewUpload(string? Id, string? Name, long SizeBytes);
