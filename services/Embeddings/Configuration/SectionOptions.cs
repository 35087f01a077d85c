using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Segmentation.Embeddings.Configuration;

/// <summary>The one way in which the tiers take options from configuration.</summary>
public static class SectionOptions
{
    /// <summary>
    /// Binds options to a configuration section and checks them when the host starts. A wrong value fails the start
    /// with a message that has its whole path, for example <c>Segmentation:Decoder:Workers</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">Path of the section.</param>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <typeparam name="TValidator">Their validator, made by <see cref="OptionsValidatorAttribute"/>.</typeparam>
    public static IServiceCollection AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : IValidateOptions<TOptions>, new()
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>>(
            new SectionValidator<TOptions>(section, new TValidator())));
        return services;
    }
}
