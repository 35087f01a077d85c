using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Segmentation.Common.Configuration;

/// <summary>Takes options from sections of the configuration: the one way, for all hosts and libraries.</summary>
public static class SectionOptions
{
    /// <summary>
    /// Binds options to a configuration section and checks them when the host starts. A wrong value fails the start
    /// with the sentences of <see cref="OptionChecks"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">Path of the section, for example <c>Segmentation:Decoder</c>.</param>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <typeparam name="TValidator">Checks them.</typeparam>
    public static IServiceCollection AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        return services;
    }
}
