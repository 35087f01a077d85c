using Microsoft.Extensions.Options;

namespace Segmentation.Decoder;

[OptionsValidator]
internal sealed partial class DecoderOptionsValidator : IValidateOptions<DecoderOptions>;
