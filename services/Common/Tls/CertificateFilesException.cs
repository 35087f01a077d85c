using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>Certificate files that cannot be used. The message names the file and what is wrong.</summary>
public sealed class CertificateFilesException(string message, Exception? innerException = null)
    : UnusableFileException(message, innerException);
