using Microsoft.Extensions.Options;

namespace Segmentation.Encoder;

[OptionsValidator]
internal sealed partial class EncoderOptionsValidator : IValidateOptions<EncoderOptions>;
