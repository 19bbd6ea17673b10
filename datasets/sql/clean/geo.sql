-- one row per record of the geo feed; outcome says where it belongs: clean (the last of its key), duplicate or quarantined
with trimmed as (
  select
    r.line,
    r.arrival_time_ms,
    r.arrival_partition,
    r.arrival_order,
    r.extra_fields,
    -- R3
    r.is_object and in_braces(r.line) as is_object,
    coalesce(r.f_timestamp, r.f_latitude, r.f_longitude, r.f_country) is not null as has_own_columns,
    -- R5, R7
    norm_text(r.f_index) as index_text,
    norm_text(r.f_ind) as ind_text,
    norm_text(r.f_timestamp) as timestamp_text,
    norm_text(r.f_latitude) as latitude_text,
    norm_text(r.f_longitude) as longitude_text,
    norm_text(r.f_country) as country
  from raw_geo as r
),
normalised as (
  select
    t.line,
    t.arrival_time_ms,
    t.arrival_partition,
    t.arrival_order,
    t.extra_fields,
    t.is_object,
    t.has_own_columns,
    -- R6
    no_null_word(t.index_text) as index_text,
    no_null_word(t.ind_text) as ind_text,
    no_null_word(t.timestamp_text) as timestamp_text,
    no_null_word(t.latitude_text) as latitude_text,
    no_null_word(t.longitude_text) as longitude_text,
    -- R6 leaves names alone; G3
    t.country
  from trimmed as t
),
marked as (
  select
    n.*,
    -- R1, R2
    strict_int(coalesce(n.index_text, n.ind_text)) as ind,
    coalesce(strict_int(n.index_text) <> strict_int(n.ind_text), n.index_text <> n.ind_text, false) as keys_differ,
    -- G1
    strict_double(n.latitude_text) as latitude,
    strict_double(n.longitude_text) as longitude,
    -- G2
    parse_ts(n.timestamp_text) as posted_at
  from normalised as n
),
judged as (
  select
    m.*,
    m.latitude between -90 and 90 and m.longitude between -180 and 180 as is_on_earth,
    case
      -- R3
      when not m.is_object and m.line like (chr(34) || '{%}' || chr(34)) then 'encoded_twice'
      when not m.is_object and m.line like ('the partition key ' || chr(34) || '%' || chr(34) || ' names no dataset: %') then 'unknown_dataset'
      when not m.is_object then 'not_json_object'
      -- R2
      when m.keys_differ then 'key_conflict'
      -- R3
      when coalesce(m.index_text, m.ind_text) is null then 'key_missing'
      when m.ind is null or m.ind < 0 then 'key_invalid'
      when not m.has_own_columns then 'foreign_record'
      -- G2
      when m.timestamp_text is not null and m.posted_at is null then 'timestamp_invalid'
    end as reason
  from marked as m
),
noted as (
  select
    j.*,
    case when j.reason is not null then j.line end as quarantined_line,
    concat_ws(',',
      -- G1
      case
        when j.latitude_text is not null and j.latitude is null
          or j.longitude_text is not null and j.longitude is null then 'unreadable:coordinates'
        when j.latitude not between -90 and 90 or j.longitude not between -180 and 180 then 'outside:coordinates'
        when j.latitude is null and j.longitude is not null
          or j.latitude is not null and j.longitude is null then 'incomplete:coordinates'
      end,
      -- R3
      case when j.extra_fields > 0 then 'extra_fields' end
    ) as findings
  from judged as j
),
ranked as (
  select
    o.*,
    -- R4
    row_number() over (
      partition by o.reason is null, o.ind
      order by o.arrival_time_ms desc nulls last, o.arrival_order desc nulls last, o.arrival_partition desc nulls last
    ) as nth
  from noted as o
)
-- G4
select
  k.ind,
  k.country,
  case when k.is_on_earth then make_pair(k.latitude, k.longitude) end as coordinates,
  k.posted_at as timestamp,
  k.arrival_time_ms,
  k.arrival_partition,
  k.arrival_order,
  k.quarantined_line as line,
  case when k.reason is not null then 'quarantined' when k.nth = 1 then 'clean' else 'duplicate' end as outcome,
  k.reason,
  k.findings
from ranked as k
