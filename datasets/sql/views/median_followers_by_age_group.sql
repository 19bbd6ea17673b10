-- one row per age group: the median over its persons of the most followers seen on any post of the person
with posts as (
  select
    u.user_key,
    age_group(u.age) as age_group,
    p.follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.follower_count is not null
),
persons as (
  select
    s.user_key,
    s.age_group,
    max(s.follower_count) as follower_count
  from posts as s
  group by s.user_key, s.age_group
),
summarised as (
  select
    s.age_group,
    age_group_order(s.age_group) as age_order,
    median(cast(s.follower_count as double)) as median_follower_count
  from persons as s
  where s.age_group is not null
  group by s.age_group
)
select
  m.age_group,
  m.median_follower_count
from summarised as m
order by m.age_order nulls last
