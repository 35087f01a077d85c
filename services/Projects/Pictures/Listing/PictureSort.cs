using System.Globalization;
using System.Linq.Expressions;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>
/// An order of pictures: by a value and then by id, so that every picture has one place. Pages begin behind a place,
/// not after a number of pictures: what others add or change meanwhile moves nothing twice into view.
/// </summary>
internal abstract class PictureSort
{
    private static readonly Dictionary<string, PictureSort> _all = new(StringComparer.Ordinal)
    {
        ["id"] = new Sort<long>(row => row.Id, row => row.Id, false, long.Parse, isId: true),
        ["id desc"] = new Sort<long>(row => row.Id, row => row.Id, true, long.Parse, isId: true),
        ["name"] = new Sort<string>(row => row.Name, row => row.Name, false, (text, _) => text),
        ["update_time desc"] = new Sort<DateTimeOffset>(
            row => row.UpdateTime,
            row => row.UpdateTime,
            true,
            (text, culture) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text, culture))),
        ["mean_predicted_iou"] = new Sort<float>(
            row => row.MeanPredictedIou, row => row.MeanPredictedIou, false, float.Parse),
        ["agreement"] = new Sort<float>(row => row.Agreement, row => row.Agreement, false, float.Parse),
        ["unsatisfactory_count desc"] = new Sort<int>(
            row => row.UnsatisfactoryCount, row => row.UnsatisfactoryCount, true, int.Parse),
    };

    /// <summary>The order that a request names.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: there is no such order.</exception>
    public static PictureSort Of(string orderBy) => _all.TryGetValue(orderBy.Length == 0 ? "id" : orderBy, out var sort)
        ? sort
        : throw ProjectProblem.Invalid(
            "order_by", $"is {ProjectProblem.Quoted(orderBy)}; it must be one of {string.Join(", ", _all.Keys)}");

    /// <summary>Sorts pictures.</summary>
    public abstract IQueryable<PictureRow> Sorted(IQueryable<PictureRow> pictures);

    /// <summary>Leaves those that come behind a place.</summary>
    /// <exception cref="FormatException">The place is none of this order.</exception>
    public abstract IQueryable<PictureRow> Behind(IQueryable<PictureRow> pictures, string value, long id);

    /// <summary>Value of a picture in this order, as text.</summary>
    public abstract string ValueOf(PictureRow picture);

    private sealed class Sort<T>(
        Expression<Func<PictureRow, T>> key,
        Func<PictureRow, T> read,
        bool isDescending,
        Func<string, CultureInfo, T> parse,
        bool isId = false) : PictureSort
    {
        public override IQueryable<PictureRow> Sorted(IQueryable<PictureRow> pictures)
        {
            var sorted = isDescending ? pictures.OrderByDescending(key) : pictures.OrderBy(key);
            return isId ? sorted
                : isDescending ? sorted.ThenByDescending(row => row.Id)
                : sorted.ThenBy(row => row.Id);
        }

        public override IQueryable<PictureRow> Behind(IQueryable<PictureRow> pictures, string value, long id)
        {
            var last = new Place { Value = parse(value, CultureInfo.InvariantCulture), Id = id };
            var place = Expression.Constant(last);
            var (row, column) = (key.Parameters[0], key.Body);
            var at = Expression.Field(place, nameof(Place.Value));
            var rowId = Expression.Property(row, nameof(PictureRow.Id));
            var lastId = Expression.Field(place, nameof(Place.Id));
            if (isId)
            {
                return Where(pictures, row, After(rowId, lastId));
            }

            // The first condition alone is what the index can begin at; the second one takes care of equal values.
            var notBefore = typeof(T) == typeof(string)
                ? Compare(column, at, isOrEqual: true)
                : isDescending ? Expression.LessThanOrEqual(column, at) : Expression.GreaterThanOrEqual(column, at);
            var after = typeof(T) == typeof(string) ? Compare(column, at, isOrEqual: false) : After(column, at);
            return Where(
                Where(pictures, row, notBefore), row, Expression.OrElse(after, After(rowId, lastId)));
        }

        public override string ValueOf(PictureRow picture) => read(picture) switch
        {
            DateTimeOffset time => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            float number => number.ToString("R", CultureInfo.InvariantCulture),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => $"{value}",
        };

        private BinaryExpression After(Expression column, Expression at) =>
            isDescending ? Expression.LessThan(column, at) : Expression.GreaterThan(column, at);

        private static BinaryExpression Compare(Expression column, Expression at, bool isOrEqual)
        {
            var compared = Expression.Call(typeof(string), nameof(string.Compare), null, column, at);
            var zero = Expression.Constant(0);
            return isOrEqual ? Expression.GreaterThanOrEqual(compared, zero) : Expression.GreaterThan(compared, zero);
        }

        private static IQueryable<PictureRow> Where(
            IQueryable<PictureRow> pictures, ParameterExpression row, Expression condition) =>
            pictures.Where(Expression.Lambda<Func<PictureRow, bool>>(condition, row));

        /// <summary>Values of the last picture; a field of an object becomes a parameter of the query.</summary>
        private sealed class Place
        {
            public T Value = default!;
            public long Id;
        }
    }
}
