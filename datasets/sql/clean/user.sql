-- one row per record of the user feed; outcome says where it belongs: clean (the last of its key), duplicate or quarantined
with normalised as (
  select
    r.line,
    r.arrival_time_ms,
    r.arrival_partition,
    r.arrival_order,
    r.extra_fields,
    -- Spark's reader takes text after the closing brace, DuckDB's does not.
    coalesce(r.is_object and left(norm_text(r.line), 1) = '{' and right(norm_text(r.line), 1) = '}', false) as is_object,
    coalesce(r.f_first_name, r.f_last_name, r.f_age, r.f_date_joined) is not null as has_own_columns,
    norm_value(r.f_index) as index_text,
    norm_value(r.f_ind) as ind_text,
    norm_text(collapse_blanks(concat_ws(' ', r.f_first_name, r.f_last_name))) as user_name,
    norm_value(r.f_age) as age_text,
    norm_value(r.f_date_joined) as date_joined_text
  from raw_user as r
),
marked as (
  select
    n.*,
    strict_int(coalesce(n.index_text, n.ind_text)) as ind,
    coalesce(strict_int(n.index_text) <> strict_int(n.ind_text), n.index_text <> n.ind_text, false) as keys_differ,
    strict_int(n.age_text) as age_number,
    cast(case when strict_int(n.age_text) between 0 and 120 then strict_int(n.age_text) end as int) as age,
    parse_ts(n.date_joined_text) as date_joined
  from normalised as n
),
judged as (
  select
    m.*,
    case
      when not m.is_object then 'not_json_object'
      when m.keys_differ then 'key_conflict'
      when coalesce(m.index_text, m.ind_text) is null then 'key_missing'
      when m.ind is null or m.ind < 0 then 'key_invalid'
      when not m.has_own_columns then 'foreign_record'
      when m.date_joined_text is not null and m.date_joined is null then 'date_joined_invalid'
    end as reason,
    concat_ws(',',
      case when m.age_text is not null and m.age_number is null then 'unreadable:age'
        when m.age_number is not null and m.age is null then 'outside:age' end,
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
  k.user_name,
  k.age,
  k.date_joined,
  md5(concat_ws('|',
    coalesce(k.user_name, ''), coalesce(cast(k.age as string), ''), coalesce(cast(k.date_joined as string), '')
  )) as user_key,
  k.arrival_time_ms,
  k.arrival_partition,
  k.arrival_order,
  k.line,
  case when k.reason is not null then 'quarantined' when k.nth = 1 then 'clean' else 'duplicate' end as outcome,
  k.reason,
  k.findings
from ranked as k
