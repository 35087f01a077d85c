namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// What the page at <c>/docs</c> has beside Swagger UI: colours of enough contrast, a landmark and heading levels, so
/// that it can be read with weak eyes and by a screen reader.
/// </summary>
internal static class ApiPage
{
    /// <summary>The elements that go into the page's head.</summary>
    public const string Head = """
        <style>
          html:not(.dark-mode) .swagger-ui .info .title small { background: #4b5563; }
          html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #2f6b09; }
          html:not(.dark-mode) .swagger-ui .info .url { color: #1d5fa8; }
          html:not(.dark-mode) .swagger-ui .parameter__in { color: #595959; }
          .swagger-ui .info .title small pre.version { color: #fff; background: none; }
          .swagger-ui .opblock .opblock-summary-method { color: #fff; text-shadow: none; }
          .swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d5fa8; }
          .swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14704a; }
          .swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a5300; }
          .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
        </style>
        <script>
          new MutationObserver(() => {
            const title = document.querySelector('.information-container');
            title?.setAttribute('role', 'banner');
            document.querySelectorAll('.opblock-tag').forEach((tag) => tag.setAttribute('aria-level', '2'));
            document.querySelectorAll('.opblock-section-header h4, .responses-inner h4, .opblock-section h4')
              .forEach((heading) => heading.setAttribute('aria-level', '3'));
            document.querySelectorAll('.responses-inner h5')
              .forEach((heading) => heading.setAttribute('aria-level', '4'));
          }).observe(document, { childList: true, subtree: true });
        </script>
        """;
}
