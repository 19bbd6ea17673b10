-- one row per record of the geo feed; outcome says where it belongs: clean (the last of its key), duplicate or quarantined
with normalised as (
  select
    r.line,
    r.arrival_time_ms,
    r.arrival_partition,
    r.arrival_order,
    r.extra_fields,
    -- Spark's reader takes text after the closing brace, DuckDB's does not.
    coalesce(r.is_object and left(norm_text(r.line), 1) = '{' and right(norm_text(r.line), 1) = '}', false) as is_object,
    coalesce(r.f_timestamp, r.f_latitude, r.f_longitude, r.f_country) is not null as has_own_columns,
    norm_value(r.f_index) as index_text,
    norm_value(r.f_ind) as ind_text,
    norm_value(r.f_timestamp) as timestamp_text,
    norm_value(r.f_latitude) as latitude_text,
    norm_value(r.f_longitude) as longitude_text,
    norm_text(r.f_country) as country
  from raw_geo as r
),
marked as (
  select
    n.*,
    strict_int(coalesce(n.index_text, n.ind_text)) as ind,
    coalesce(strict_int(n.index_text) <> strict_int(n.ind_text), n.index_text <> n.ind_text, false) as keys_differ,
    strict_double(n.latitude_text) as latitude,
    strict_double(n.longitude_text) as longitude,
    parse_ts(n.timestamp_text) as posted_at
  from normalised as n
),
judged as (
  select
    m.*,
    m.latitude between -90 and 90 and m.longitude between -180 and 180 as is_on_earth,
    case
      when not m.is_object then 'not_json_object'
      when m.keys_differ then 'key_conflict'
      when coalesce(m.index_text, m.ind_text) is null then 'key_missing'
      when m.ind is null or m.ind < 0 then 'key_invalid'
      when not m.has_own_columns then 'foreign_record'
      when m.timestamp_text is not null and m.posted_at is null then 'timestamp_invalid'
    end as reason,
    concat_ws(',',
      case
        when m.latitude_text is not null and m.latitude is null
          or m.longitude_text is not null and m.longitude is null then 'unreadable:coordinates'
        when m.latitude not between -90 and 90 or m.longitude not between -180 and 180 then 'outside:coordinates'
        when m.latitude is null and m.longitude is not null
          or m.latitude is not null and m.longitude is null then 'incomplete:coordinates'
      end,
      case when m.extra_fields > 0 then 'extra_fields' end
    ) as findings
  from marked as m
),
ranked as (
  select
    j.*,
    row_number() over (
      partition by j.reason is null, j.ind
      order by j.arrival_time_ms desc nulls last, j.arrival_order desc nulls last, j.arrival_partition desc nulls last
    ) as nth
  from judged as j
)
select
  k.ind,
  k.country,
  case when k.is_on_earth then make_pair(k.latitude, k.longitude) end as coordinates,
  k.posted_at as timestamp,
  k.arrival_time_ms,
  k.arrival_partition,
  k.arrival_order,
  k.line,
  case when k.reason is not null then 'quarantined' when k.nth = 1 then 'clean' else 'duplicate' end as outcome,
  k.reason,
  k.findings
from ranked as k
