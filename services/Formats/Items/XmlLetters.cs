using System.Xml;

namespace Segmentation.Formats.Items;

/// <summary>Texts that XML can hold.</summary>
internal static class XmlLetters
{
    /// <summary>Returns a text in which characters that XML has no form for are <c>?</c>.</summary>
    public static string Of(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!XmlConvert.IsXmlChar(text[i]))
            {
                return Replaced(text);
            }
        }

        return text;
    }

    private static string Replaced(string text)
    {
        var letters = text.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            if (i + 1 < letters.Length && XmlConvert.IsXmlSurrogatePair(letters[i + 1], letters[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(letters[i]))
            {
                letters[i] = '?';
            }
        }

        return new(letters);
    }
}
