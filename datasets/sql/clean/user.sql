-- one row per record of the user feed; outcome says where it belongs: clean (the last of its key), duplicate or quarantined
with trimmed as (
  select
    r.line,
    r.arrival_time_ms,
    r.arrival_partition,
    r.arrival_order,
    r.extra_fields,
    -- R3
    r.is_object and in_braces(r.line) as is_object,
    coalesce(r.f_first_name, r.f_last_name, r.f_age, r.f_date_joined) is not null as has_own_columns,
    -- R5, R7
    norm_text(r.f_index) as index_text,
    norm_text(r.f_ind) as ind_text,
    -- U1
    norm_text(collapse_blanks(concat_ws(' ', r.f_first_name, r.f_last_name))) as user_name,
    norm_text(r.f_age) as age_text,
    norm_text(r.f_date_joined) as date_joined_text
  from raw_user as r
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
    -- R6 leaves names alone
    t.user_name,
    no_null_word(t.age_text) as age_text,
    no_null_word(t.date_joined_text) as date_joined_text
  from trimmed as t
),
marked as (
  select
    n.*,
    -- R1, R2
    strict_int(coalesce(n.index_text, n.ind_text)) as ind,
    coalesce(strict_int(n.index_text) <> strict_int(n.ind_text), n.index_text <> n.ind_text, false) as keys_differ,
    -- U2
    strict_int(n.age_text) as age_number,
    cast(case when strict_int(n.age_text) between 0 and 120 then strict_int(n.age_text) end as int) as age,
    -- U3
    parse_ts(n.date_joined_text) as date_joined
  from normalised as n
),
judged as (
  select
    m.*,
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
      -- U3
      when m.date_joined_text is not null and m.date_joined is null then 'date_joined_invalid'
    end as reason
  from marked as m
),
noted as (
  select
    j.*,
    case when j.reason is not null then j.line end as quarantined_line,
    concat_ws(',',
      -- U2
      case when j.age_text is not null and j.age_number is null then 'unreadable:age'
        when j.age_number is not null and j.age is null then 'outside:age' end,
      -- U2: such a person is in no age group, and so in no answer by age.
      case when j.age is null or j.age < 18 then 'ungrouped:age' end,
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
-- U5
select
  k.ind,
  k.user_name,
  k.age,
  k.date_joined,
  -- U4
  md5(concat_ws('|',
    coalesce(k.user_name, ''), coalesce(cast(k.age as string), ''), coalesce(cast(k.date_joined as string), '')
  )) as user_key,
  k.arrival_time_ms,
  k.arrival_partition,
  k.arrival_order,
  k.quarantined_line as line,
  case when k.reason is not null then 'quarantined' when k.nth = 1 then 'clean' else 'duplicate' end as outcome,
  k.reason,
  k.findings
from ranked as k
